// Every limit on one page, for everybody and profession by profession: how much at once, what comes back, why so much.

import { useLanguage } from '../../shared/i18n.tsx';
import { budgetName, reasonIn } from '../budget-words.ts';
import { number } from '../figures.ts';
import type { BudgetLine } from '../guard-types.ts';
import type { MessageKey } from '../messages-fr.ts';
import { ProblemText } from '../problem-text.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';

export function Budgets() {
  const text = useText();
  const [loaded, load] = useLoad<{ budgets: BudgetLine[] }>('/v1/guard/budgets');
  return (
    <section className="page">
      <h1>{text('budgets.title')}</h1>
      <p className="lead">{text('budgets.lead')}</p>
      <dl className="budget-kinds">
        {(['hard', 'soft'] as const).map((kind) => (
          <div key={kind}>
            <dt>
              <KindMark kind={kind} />
            </dt>
            <dd>{text(`budgets.${kind}.text`)}</dd>
          </div>
        ))}
      </dl>
      {loaded === null ? (
        <p role="status">{text('app.loading')}</p>
      ) : loaded.ok ? (
        groupsOf(loaded.value.budgets).map(({ profession, lines }) => (
          <Group key={profession ?? ''} profession={profession} lines={lines} />
        ))
      ) : (
        <ProblemText problem={loaded.problem} onRetry={() => void load()} />
      )}
    </section>
  );
}

type BudgetGroup = { profession: string | null; lines: BudgetLine[] };

/** In the order they come; what is for everybody first. */
function groupsOf(budgets: readonly BudgetLine[]): BudgetGroup[] {
  const groups = new Map<string | null, BudgetLine[]>([[null, []]]);
  for (const line of budgets) groups.set(line.profession, [...(groups.get(line.profession) ?? []), line]);
  return [...groups]
    .map(([profession, lines]) => ({ profession, lines }))
    .filter(({ lines }) => lines.length > 0);
}

const SAID_ONCE = 3;

/** Reasons that many lines have in common: said once, above them. */
function sharedReasons(lines: readonly BudgetLine[]): string[] {
  const reasons = lines.map(({ why }) => why);
  const times = (why: string) => reasons.filter((one) => one === why).length;
  return [...new Set(reasons)].filter((why) => times(why) >= SAID_ONCE);
}

function Group({ profession, lines }: BudgetGroup) {
  const text = useText();
  const { language } = useLanguage();
  const title =
    profession === null ? text('budgets.everybody') : text(`profession.${profession}` as MessageKey);
  const shared = sharedReasons(lines);
  return (
    <details className="budget-group" open={profession === null}>
      <summary>
        <h2>{title}</h2>
        <span className="quiet">{text('budgets.count', { count: lines.length })}</span>
      </summary>
      {shared.length > 0 ? (
        <p className="budget-shared">
          {text('budgets.why')} {shared.map((why) => reasonIn(why, language)).join(' · ')}.
        </p>
      ) : null}
      <ul className="limits">
        {lines.map((line) => (
          <Line key={line.name} line={line} isReasonSaid={shared.includes(line.why)} />
        ))}
      </ul>
    </details>
  );
}

function Line({ line, isReasonSaid }: { line: BudgetLine; isReasonSaid: boolean }) {
  const text = useText();
  const { language } = useLanguage();
  const { name, kind, size, perDay, whenEmpty, why } = line;
  const shown = (value: number) => number(value, language, value % 1 === 0 ? 0 : 1);
  const ours = budgetName(name);
  return (
    <li>
      <div className="limit-text">
        <strong>
          {ours ? text(ours) : name} <KindMark kind={kind} />
        </strong>
        <span>
          {[whenEmpty, ...(isReasonSaid ? [] : [why])].map((one) => reasonIn(one, language)).join(' · ')}
        </span>
        <span className="figures quiet">{name}</span>
      </div>
      <dl className="limit-figures">
        <div>
          <dt>{text('budgets.size')}</dt>
          <dd className="figures">{shown(size)}</dd>
        </div>
        <div>
          <dt>{text('budgets.per-day')}</dt>
          <dd className="figures">{perDay === null ? '–' : shown(perDay)}</dd>
        </div>
      </dl>
    </li>
  );
}

function KindMark({ kind }: { kind: BudgetLine['kind'] }) {
  const text = useText();
  return <span className={`budget-kind budget-${kind}`}>{text(`budgets.${kind}`)}</span>;
}
