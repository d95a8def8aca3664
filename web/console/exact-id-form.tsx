// Asks for one account, structure or client by its exact id. Must never suggest or complete one.

import { Button } from '../shared/ui/button.tsx';
import { Choice } from '../shared/ui/choice.tsx';
import { Field } from '../shared/ui/field.tsx';
import type { RadiusKind } from './guard-types.ts';
import { useText } from './text.ts';

export type ExactId<Kind> = { kind: Kind; id: string };

export function ExactIdForm<Kind extends RadiusKind>({
  kinds,
  label,
  button,
  value,
  onChange,
  onAsk,
}: {
  kinds: readonly Kind[];
  label: string;
  button: string;
  value: ExactId<Kind>;
  onChange(value: ExactId<Kind>): void;
  /** With an id that is not empty. */
  onAsk(value: ExactId<Kind>): void;
}) {
  const text = useText();
  const { kind, id } = value;
  const wanted = id.trim();
  return (
    <form
      className="act-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '') onAsk({ kind, id: wanted });
      }}
    >
      <Choice<Kind>
        label={label}
        value={kind}
        onChange={(chosen) => onChange({ kind: chosen, id })}
        options={kinds.map((one) => ({ value: one, label: text(`scope.${one}`) }))}
      />
      <div className="ask">
        <div className="sheet">
          <Field
            name="id"
            label={text('lookup.id')}
            hint={text(`lookup.id.${kind}`)}
            value={id}
            onChange={(typed) => onChange({ kind, id: typed })}
          />
        </div>
        <Button type="submit" look="primary" isDisabled={wanted === ''}>
          {button}
        </Button>
      </div>
    </form>
  );
}
