// Help on one page, readable without a session: above all what to do when the service is cut off.

import { Link } from 'react-router';
import { ANSWER_CODES } from '../../shared/api-types.ts';
import { verdictOf } from '../check/verdicts.ts';
import { PATHS } from '../paths.ts';
import { useText } from '../text.ts';

const LINE = 'AMC|CONV|CSR|ADHERENT|NIR|AAAAMMJJ|RANG';
const OBJECT =
  '{"amcNo": "…", "convType": "…", "csr": "…", "memberNo": "…", "nir": "…", "birthDate": "AAAAMMJJ", "birthRank": 1}';

export function Help() {
  const text = useText();
  const keys = [
    ['Scan', text('key.scan'), text('key.scan.does')],
    ['F4', 'F4', text('key.f4.does')],
    ['Enter', text('key.enter'), text('key.enter.does')],
    ['M', 'M', text('key.m.does')],
    ['N', 'N', text('key.n.does')],
    ['C', 'C', text('key.c.does')],
    ['R', 'R', text('key.r.does')],
    ['F2', 'F2', text('key.f2.does')],
    ['Escape', text('key.escape'), text('key.escape.does')],
  ] as const;
  return (
    <article className="page help">
      <div className="page-head">
        <h1>{text('help.title')}</h1>
        <Link to={PATHS.check}>{text('app.back')}</Link>
      </div>
      <section className="help-cut">
        <h2>{text('help.cut')}</h2>
        <ol>
          {([1, 2, 3, 4] as const).map((step) => (
            <li key={step}>{text(`help.cut.${step}`)}</li>
          ))}
        </ol>
      </section>
      <section>
        <h2>{text('help.keys')}</h2>
        <dl className="keys">
          {keys.map(([id, key, does]) => (
            <div key={id}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h2>{text('help.card')}</h2>
        <ul className="steps">
          {([1, 2, 3, 4] as const).map((step) => (
            <li key={step}>{text(`help.card.${step}`)}</li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{text('help.limits')}</h2>
        <ul className="steps">
          {([1, 2, 3, 4, 5] as const).map((step) => (
            <li key={step}>{text(`help.limits.${step}`)}</li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{text('help.codes')}</h2>
        <dl className="codes">
          {ANSWER_CODES.map((code) => (
            <div key={code} className={`tone-${verdictOf(code)?.tone}`}>
              <dt>
                <span className="figures code">{code}</span> {text(`code.${code}.title`)}
              </dt>
              <dd>
                {text(`code.${code}.what`)} {text(`code.${code}.do`)}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h2>{text('help.scan')}</h2>
        <p>{text('help.scan.line')}</p>
        <code className="sample">{LINE}</code>
        <p>{text('help.scan.json')}</p>
        <code className="sample">{OBJECT}</code>
        <p>{text('help.scan.note')}</p>
      </section>
    </article>
  );
}
