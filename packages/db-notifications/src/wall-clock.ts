/**
 * SQL for the instant at which the clocks of a zone show a local time (`timestamp`), as Temporal's disambiguation
 * "compatible" decides where they change: the first of two, and in a gap the time counted on from before it. AT TIME ZONE
 * decides gaps alike, but takes the second of two: an instant with the offset of some hours before is then also right,
 * and earlier. No zone has two changes within three hours, nor goes back by more than two.
 */
export function instantOf(local: string, zone: string): string {
  return `(SELECT CASE WHEN first.instant AT TIME ZONE ${zone} = wall.time THEN least(first.instant, second.instant)
             ELSE second.instant END
           FROM (SELECT ${local} AS time) AS wall
           CROSS JOIN LATERAL (SELECT wall.time AT TIME ZONE ${zone} AS instant) AS second
           CROSS JOIN LATERAL (SELECT second.instant - interval '3 hours' AS instant) AS before
           CROSS JOIN LATERAL (SELECT (wall.time - ((before.instant AT TIME ZONE ${zone})
             - (before.instant AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC' AS instant) AS first)`;
}
