import type { Atlas } from '../facts/atlas.js';
import type { FunctionFacts } from '../facts/functions.js';
import { paths } from '../paths.js';
import { crumbOf, LinkList, type Page } from './layout.js';
import { Code, Prose, Section, Words } from './text.js';

export function functionPage(atlas: Atlas, facts: FunctionFacts): Page {
  const { owner, name, packages, path, line, doc, examples, signatures, types, throws, statements, writes } =
    facts;
  const models = atlas.services.find(({ service }) => service === owner)?.schema.models ?? [];
  return {
    path: paths.function(facts),
    title: name,
    crumbs: crumbOf(owner),
    body: (
      <>
        <p class="kind">
          Function of {packages.map((one) => `@codezest/${one}`).join(', ')}, in{' '}
          <code>{`${path}:${line}`}</code>
        </p>
        <Prose text={doc} />
        <Code label="Signature" text={signatures.join('\n')} />
        {examples.length > 0 && (
          <Section title="Example">
            <Code label="Example" text={examples.join('\n\n')} />
          </Section>
        )}
        {throws.length > 0 && (
          <Section title="Errors">
            <LinkList>
              {throws.map(({ errorClass, text }) => {
                const codes = atlas.errors.filter((one) => one.errorClass === errorClass);
                const listed = [...new Set(codes.map(({ code }) => code))];
                return (
                  <li key={errorClass}>
                    <code>{errorClass}</code>
                    {listed.length <= 3 &&
                      listed.map((code) => [
                        ' ',
                        <a key={code} href={paths.error(code)}>
                          {code}
                        </a>,
                      ])}
                    {!listed.includes(text) && text !== '' && [': ', <Words key="text" text={text} />]}
                  </li>
                );
              })}
            </LinkList>
          </Section>
        )}
        {writes.length > 0 && (
          <Section title="What it may write">
            <p class="names">
              {models
                .filter(({ table }) => writes.includes(table))
                .map((model) => (
                  <a
                    key={model.name}
                    href={paths.model(owner as Exclude<typeof owner, 'shared'>, model.name)}
                  >
                    {model.name}
                  </a>
                ))}
            </p>
          </Section>
        )}
        {types.length > 0 && (
          <Section title="Types">
            {types.map(({ name: type, text }) => (
              <Code key={type} label={type} text={text} />
            ))}
          </Section>
        )}
        {statements.length > 0 && (
          <Section title="Statements">
            {statements.map(({ name: statement, text }) => (
              <details key={statement}>
                <summary>
                  <code>{statement}</code>
                </summary>
                <Code label={statement} text={text} />
              </details>
            ))}
          </Section>
        )}
      </>
    ),
  };
}
