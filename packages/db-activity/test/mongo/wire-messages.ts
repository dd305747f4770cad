import { calculateObjectSize, type Document, deserialize, serialize } from 'bson';

/** As much of MongoDB's wire protocol as the driver uses: OP_MSG, and OP_QUERY for its very first greeting. */
export interface Message {
  readonly requestId: number;
  readonly greeting: boolean;
  readonly command: Document;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;

/** Takes whole messages off the front of what a socket has received. */
export function takeMessages(received: Buffer): { messages: Message[]; rest: Buffer } {
  const messages: Message[] = [];
  let rest = received;
  while (rest.length >= HEADER && rest.length >= rest.readInt32LE(0)) {
    const length = rest.readInt32LE(0);
    messages.push(parse(rest.subarray(0, length)));
    rest = rest.subarray(length);
  }
  return { messages, rest };
}

function parse(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4);
  const operation = bytes.readInt32LE(12);
  if (operation === OP_QUERY) {
    const name = bytes.indexOf(0, HEADER + 4);
    return { requestId, greeting: true, command: deserialize(bytes.subarray(name + 9)) };
  }
  if (operation !== OP_MSG) throw new Error(`the driver sent operation ${operation}`);
  return { requestId, greeting: false, command: parseSections(bytes.subarray(HEADER + 4)) };
}

/** Section 0 is the command; sections 1 are lists of it, sent apart: the documents of an insert. */
function parseSections(sections: Buffer): Document {
  let command: Document = {};
  let at = 0;
  while (at < sections.length) {
    const kind = sections[at];
    const size = sections.readInt32LE(at + 1);
    const section = sections.subarray(at + 1, at + 1 + size);
    if (kind === 0) {
      command = { ...deserialize(section), ...command };
    } else {
      const end = section.indexOf(0, 4);
      command[section.toString('utf8', 4, end)] = documentsOf(section.subarray(end + 1));
    }
    at += 1 + size;
  }
  return command;
}

function documentsOf(bytes: Buffer): Document[] {
  const documents: Document[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    documents.push(deserialize(bytes.subarray(at, at + bytes.readInt32LE(at))));
  }
  return documents;
}

export function reply({ requestId, greeting }: Message, answer: Document): Buffer {
  const body = serialize(answer);
  // OP_REPLY: flags, cursor, start, count. OP_MSG: flags, kind of the section.
  const prefix = Buffer.alloc(greeting ? 20 : 5);
  if (greeting) prefix.writeInt32LE(1, 16);
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + prefix.length + calculateObjectSize(answer), 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(greeting ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, prefix, body]);
}
