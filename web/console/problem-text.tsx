// A refusal in the server's own sentence, with its code; what only the page knows has words here.

import type { Problem } from '../shared/api-types.ts';
import { useLanguage } from '../shared/i18n.tsx';
import { Banner } from '../shared/ui/banner.tsx';
import { Button } from '../shared/ui/button.tsx';
import { knownProblem } from './problems.ts';
import { useText } from './text.ts';

export function useSentence(): (problem: Problem) => string {
  const text = useText();
  const { language } = useLanguage();
  return (problem) => {
    const known = knownProblem(problem);
    if (known) return text(`problem.${known}`);
    const said = language === 'fr' ? problem.detail : problem.title;
    return said === '' ? text('problem.other', { code: problem.code }) : said;
  };
}

export function ProblemText({
  problem,
  title,
  onRetry,
}: {
  problem: Problem;
  title?: string;
  onRetry?: () => void;
}) {
  const text = useText();
  const sentence = useSentence();
  return (
    <Banner tone="no" {...(title ? { title } : {})} urgent>
      <p>{sentence(problem)}</p>
      <p className="figures problem-code">{problem.code}</p>
      {onRetry ? (
        <Button size="small" onPress={onRetry}>
          {text('app.retry')}
        </Button>
      ) : null}
    </Banner>
  );
}
