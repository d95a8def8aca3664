// A text field as a cell of a form sheet: label above, what was typed in large even figures, what is wrong below.
// Must never filter or reformat while somebody types: a scanner types faster than any of that.

import type { Ref } from 'react';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { FieldError, TextField } from 'react-aria-components/TextField';

export type FieldProps = {
  name: string;
  label: string;
  /** What a screen reader says instead, where the cell is too narrow for the whole name. */
  fullLabel?: string;
  value: string;
  onChange(value: string): void;
  onBlur?(): void;
  hint?: string;
  note?: string;
  problem?: string | undefined;
  figures?: boolean;
  inputMode?: 'text' | 'numeric';
  required?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  /** A class that gives the cell its share of the row. */
  cell?: string;
};

export function Field({ label, fullLabel, hint, note, problem, cell = '', inputRef, ...props }: FieldProps) {
  const { name, value, onChange, onBlur, figures = true, inputMode = 'text', required = false } = props;
  return (
    <TextField
      name={name}
      value={value}
      onChange={onChange}
      {...(onBlur ? { onBlur } : {})}
      isInvalid={problem !== undefined}
      isRequired={required}
      validationBehavior="aria"
      className={`field ${cell}`}
      {...(fullLabel ? { 'aria-label': fullLabel } : {})}
    >
      <span className="field-top">
        <Label>{label}</Label>
        {hint ? (
          <Text slot="description" className="field-hint">
            {hint}
          </Text>
        ) : null}
      </span>
      <Input
        {...(inputRef ? { ref: inputRef } : {})}
        className={figures ? 'field-input figures' : 'field-input'}
        inputMode={inputMode}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="characters"
        spellCheck={false}
        data-1p-ignore=""
      />
      {note ? <span className="field-note">{note}</span> : null}
      <FieldError className="field-problem">{problem}</FieldError>
    </TextField>
  );
}

export function LongField({
  label,
  value,
  onChange,
  hint,
  problem,
}: Pick<FieldProps, 'label' | 'value' | 'onChange' | 'hint' | 'problem'>) {
  return (
    <TextField
      value={value}
      onChange={onChange}
      isInvalid={problem !== undefined}
      validationBehavior="aria"
      className="field field-long"
    >
      <span className="field-top">
        <Label>{label}</Label>
      </span>
      <TextArea className="field-input figures" rows={5} autoComplete="off" spellCheck={false} />
      {hint ? (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="field-problem">{problem}</FieldError>
    </TextField>
  );
}
