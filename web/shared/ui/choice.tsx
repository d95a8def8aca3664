// One of a few, all visible: a row of radio buttons that looks like a switch and moves with the arrow keys.

import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';

export type ChoiceOption<Value extends string> = { value: Value; label: string; code?: string };

export function Choice<Value extends string>({
  label,
  showLabel = true,
  options,
  value,
  onChange,
  problem,
  className = '',
}: {
  label: string;
  showLabel?: boolean;
  options: readonly ChoiceOption<Value>[];
  value: Value | null;
  onChange(value: Value): void;
  problem?: string | undefined;
  className?: string;
}) {
  return (
    <RadioGroup
      value={value}
      onChange={(chosen) => onChange(chosen as Value)}
      isInvalid={problem !== undefined}
      orientation="horizontal"
      className={`choice ${className}`}
      {...(showLabel ? {} : { 'aria-label': label })}
    >
      {showLabel ? <Label className="choice-label">{label}</Label> : null}
      <div className="choice-row">
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="choice-option">
            {option.label}
            {option.code ? <span className="choice-code figures">{option.code}</span> : null}
          </Radio>
        ))}
      </div>
      {problem ? (
        <span className="field-problem" role="alert">
          {problem}
        </span>
      ) : null}
    </RadioGroup>
  );
}
