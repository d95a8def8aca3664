// Before anything is shown: a passkey, or for the first time a code that makes one.

import { useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useConsole } from '../console.tsx';
import { ProblemText, useSentence } from '../problem-text.tsx';
import { useText } from '../text.ts';

const CODE_LETTERS = 20;

export function SignIn({ ended }: { ended: Problem | null }) {
  const text = useText();
  const sentence = useSentence();
  const { signIn, enrol } = useConsole();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [code, setCode] = useState('');
  const [label, setLabel] = useState('');
  const isShort = code.replaceAll(/[\s-]/g, '').length < CODE_LETTERS;
  const attempt = async (work: () => Promise<Problem | null>) => {
    setBusy(true);
    setProblem(null);
    setProblem(await work());
    setBusy(false);
  };
  return (
    <div className="door">
      <section className="door-main">
        {ended ? (
          <Banner tone="caution" urgent>
            {sentence(ended)}
          </Banner>
        ) : null}
        <h1>{text('sign-in.title')}</h1>
        <p className="lead">{text('sign-in.lead')}</p>
        <Button look="primary" size="large" autoFocus isDisabled={busy} onPress={() => void attempt(signIn)}>
          {text(busy ? 'sign-in.waiting' : 'sign-in.button')}
        </Button>
        {problem ? <ProblemText problem={problem} /> : null}
      </section>
      <section className="door-first" aria-labelledby="first">
        <h2 id="first">{text('enrol.title')}</h2>
        <p className="quiet">{text('enrol.lead')}</p>
        <form
          className="act-form"
          onSubmit={(event) => {
            event.preventDefault();
            const name = label.trim() === '' ? text('enrol.label.default') : label.trim();
            if (!isShort && !busy) void attempt(() => enrol(code.trim(), name));
          }}
        >
          <div className="sheet">
            <Field
              name="code"
              label={text('enrol.code')}
              hint={text('enrol.code.hint')}
              value={code}
              onChange={setCode}
            />
            <Field
              name="label"
              label={text('enrol.label')}
              hint={text('enrol.label.hint')}
              value={label}
              onChange={setLabel}
              figures={false}
            />
          </div>
          <Button type="submit" isDisabled={isShort || busy}>
            {text('enrol.button')}
          </Button>
        </form>
      </section>
    </div>
  );
}
