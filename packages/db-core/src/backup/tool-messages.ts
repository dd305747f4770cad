/** Errors of the tools, without DETAIL, HINT and COPY lines, which quote rows. */
export function withoutValuesInText(complaint: string): string {
  const lines = complaint
    .split('\n')
    .filter((line) => /(?:error|FATAL|detail: server version)/.test(line))
    .map((line) => line.replace(/\(\S.*?\)=\(.*?\)|'[^']*'|"[^"]*[@:][^"]*"/g, '…').slice(0, 300));
  return lines.slice(0, 3).join(' ') || 'it gave no reason.';
}
