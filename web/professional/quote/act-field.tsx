// The act of a line: typed as a code, or found by its words. Any code may be typed, for nomenclatures are longer than lists.

import { Button as AriaButton } from 'react-aria-components/Button';
import { ComboBox } from 'react-aria-components/ComboBox';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import type { Acts } from '../../../src/core/acts.ts';
import type { CareDomain } from '../../../src/core/care-domains.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { useText } from '../settlement/text.ts';
import { actsLike } from './draft.ts';

export function ActField({
  name,
  value,
  onChange,
  acts,
  domain,
  problem,
}: {
  name: string;
  value: string;
  onChange(code: string): void;
  acts: Acts;
  domain: CareDomain;
  problem?: string | undefined;
}) {
  const text = useText();
  const { language } = useLanguage();
  const known = acts.get(value);
  // A code that is chosen already does not hide the others.
  const found = actsLike(known ? '' : value, acts, domain);
  return (
    <ComboBox
      className="field w-act"
      inputValue={value}
      onInputChange={(typed) => onChange(typed.toUpperCase().trimStart())}
      items={found.map((act) => ({ ...act, id: act.code }))}
      allowsCustomValue
      menuTrigger="input"
      isInvalid={problem !== undefined}
      validationBehavior="aria"
    >
      <span className="field-top">
        <Label>{text('line.actCode')}</Label>
      </span>
      <span className="act-entry">
        <Input
          name={name}
          className="field-input figures"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          data-1p-ignore=""
        />
        <AriaButton className="act-open" aria-label={text('line.actCode.open')}>
          <span aria-hidden="true">▾</span>
        </AriaButton>
      </span>
      <span className="field-note">{known ? known[language] : text('line.actCode.hint')}</span>
      <FieldError className="field-problem">{problem}</FieldError>
      <Popover className="act-list" placement="bottom start">
        <ListBox<(typeof found)[number] & { id: string }>>
          {(act) => (
            <ListBoxItem id={act.id} textValue={act.code} className="act-option">
              <span className="figures">{act.code}</span> <span>{act[language]}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
