export function listed(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:\n\n${lines.map((line) => `- ${line}`).join('\n')}`];
}

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');
}

// A bar ends the cell, also between backticks.
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

export function sentence(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
