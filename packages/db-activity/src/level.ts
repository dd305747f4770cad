/** The level that so many points make, as `rules.level_of` in the database. Level n begins at 100 · (n − 1)², so each takes longer than the one before. */
export function levelOf(points: number): number {
  return 1 + Math.floor(Math.sqrt(points / pointsOfSecondLevel));
}

/** With how many points a level begins. */
export function pointsForLevel(level: number): number {
  return pointsOfSecondLevel * (level - 1) ** 2;
}

const pointsOfSecondLevel = 100;
