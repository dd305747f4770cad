/** The level that so many points make. Level n begins at 100 · (n − 1)², so each takes longer than the one before. */
export function levelOf(points: number): number {
  return 1 + Math.floor(Math.sqrt(points / pointsOfSecondLevel));
}

/** With how many points a level begins. */
export function pointsForLevel(level: number): number {
  return pointsOfSecondLevel * (level - 1) ** 2;
}

/** `levelOf` in SQL. */
export function levelSql(points: string): string {
  return `1 + floor(sqrt((${points}) / ${pointsOfSecondLevel}::float8))::int`;
}

const pointsOfSecondLevel = 100;
