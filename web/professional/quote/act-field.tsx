// The act of a line: typed as a code, or found by its words. Any code may be typed, for nomenclatures are longer than lists.
// A combobox of the ARIA practices (editable, list autocomplete): nothing is chosen that the person has not pointed at.

import { type KeyboardEvent, useId, useState } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import type { Act, Acts } from '../../../src/core/acts.ts';
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
  const listId = useId();
  const [isOpen, setIsOpen] = useState(false);
  /** -1: none. */
  const [at, setAt] = useState(-1);
  const known = acts.get(value);
  // A code that is chosen already does not hide the others.
  const found = isOpen ? actsLike(known ? '' : value, acts, domain) : [];

  const show = (active: number) => {
    setIsOpen(true);
    setAt(active);
  };
  const close = () => {
    setIsOpen(false);
    setAt(-1);
  };
  const choose = (act: Act) => {
    onChange(act.code);
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const active = found[at];
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps !== undefined) {
      event.preventDefault();
      if (!isOpen) return show(0);
      if (found.length > 0) setAt((at + steps + found.length) % found.length);
    } else if (event.key === 'Enter' && active) {
      event.preventDefault();
      choose(active);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      close();
    }
  };
  const optionId = (i: number) => `${listId}-${i}`;
  return (
    <TextField
      className="field w-act"
      value={value}
      onChange={(typed) => {
        onChange(typed.toUpperCase().trimStart());
        show(-1);
      }}
      onBlur={close}
      isInvalid={problem !== undefined}
      isRequired
      validationBehavior="aria"
    >
      <span className="field-top">
        <Label>{text('line.actCode')}</Label>
      </span>
      <Input
        name={name}
        className="field-input figures"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(found[at] ? { 'aria-activedescendant': optionId(at) } : {})}
        onKeyDown={onKeyDown}
        onClick={() => show(-1)}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        data-1p-ignore=""
      />
      <span className="field-note">{known ? known[language] : text('line.actCode.hint')}</span>
      <FieldError className="field-problem">{problem}</FieldError>
      <div
        className="act-list"
        id={listId}
        role="listbox"
        tabIndex={-1}
        aria-label={text('line.actCode')}
        hidden={found.length === 0}
      >
        {found.map((act, i) => (
          <div
            key={act.code}
            id={optionId(i)}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            className="act-option"
            ref={i === at ? intoView : null}
            // Before the field loses the focus, and with it the list.
            onMouseDown={(event) => {
              event.preventDefault();
              choose(act);
            }}
          >
            <span className="figures">{act.code}</span> <span>{act[language]}</span>
          </div>
        ))}
      </div>
    </TextField>
  );
}

const intoView = (option: HTMLElement | null) => option?.scrollIntoView({ block: 'nearest' });
