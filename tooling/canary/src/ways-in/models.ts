import type { Input } from '../inputs.js';
import type { Give } from './way-in.js';

/** As much of any package's client as writing to its models needs. */
interface Delegate {
  create(args: object): Promise<unknown>;
  findFirst(args: object): Promise<unknown>;
  update(args: object): Promise<unknown>;
  updateMany(args: object): Promise<unknown>;
}
export type Models = Readonly<Record<string, Delegate>>;
export type AnyFactories = Readonly<Record<string, (given?: object) => Promise<unknown>>>;

/**
 * Writes a canary into each input by Prisma's own calls, past the functions. A column whose form forbids it refuses, and a
 * secret one must, since it would stand there in clear; gives the inputs that took it.
 */
export async function writeInputs(
  inputs: readonly Input[],
  make: AnyFactories,
  give: Give,
  onError: (error: unknown) => void,
): Promise<Input[]> {
  const written: Input[] = [];
  for (const input of inputs) {
    try {
      await make[input.delegate]?.({ [input.field]: valueFor(input, give) });
      written.push(input);
    } catch (error) {
      onError(error);
    }
  }
  return written;
}

/** What Prisma itself refuses, with canaries among the arguments. */
export async function misuseInputs(
  inputs: readonly Input[],
  models: Models,
  give: Give,
  onError: (error: unknown) => void,
): Promise<void> {
  for (const input of inputs) {
    const model = models[input.delegate] as Delegate;
    const { field } = input;
    const value = valueFor(input, give);
    const text = textFor(input, give);
    for (const misuse of [
      model.create({ data: { [field]: value, noSuchField: value } }),
      model.findFirst({ where: { [field]: { noSuchOperator: value } } }),
      model.update({ where: { id: text }, data: { [field]: { set: [value, { value }] } } }),
      model.updateMany({ data: { [field]: value, createdAt: text } }),
    ]) {
      await misuse.catch(onError);
    }
  }
}

function textFor({ delegate, field, secret }: Input, give: Give): string {
  return secret ? give.secret(`${delegate}.${field}`) : give.text(`${delegate}.${field}`);
}

function valueFor(input: Input, give: Give): unknown {
  const text = textFor(input, give);
  if (input.type === 'Bytes') return Buffer.from(text);
  const value = input.type === 'Json' ? { [text]: text } : text;
  return input.list ? [value] : value;
}
