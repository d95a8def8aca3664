// A person who works in several structures says for which one the questions of this session are asked.

import { useState } from 'react';
import type { ChooseStructureRequest, Problem, StructureChoice } from '../../shared/api-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';

export function ChooseStructure({ name, structures }: { name: string; structures: StructureChoice[] }) {
  const text = useText();
  const { call, refresh } = usePortal();
  const [problem, setProblem] = useState<Problem | null>(null);
  const choose = async (accountId: string) => {
    const body: ChooseStructureRequest = { accountId };
    const result = await call('POST', '/v1/session/structure', { body });
    if (result.ok) await refresh();
    else setProblem(result.problem);
  };
  return (
    <section className="page narrow">
      <h1>{text('structure.title')}</h1>
      <p className="lead">{text('structure.lead', { name })}</p>
      {problem ? <RefusalText problem={problem} /> : null}
      <ul className="structures" aria-label={text('structure.list')}>
        {structures.map((structure, i) => (
          <li key={structure.accountId}>
            <Button autoFocus={i === 0} onPress={() => void choose(structure.accountId)}>
              <span className="structure-choice">
                <strong>{structure.name}</strong>
                <span>
                  {structure.place} · {text(`profession.${structure.profession}`)}
                </span>
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
