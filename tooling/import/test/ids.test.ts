import { describe, expect, it } from 'vitest';
import { derivedUuid, uuidOf, uuidOfTime } from '../src/engine/ids.js';

describe('ids', () => {
  it('UUIDs stay, in lower case', () => {
    expect(uuidOf('auth.users', '6F9619FF-8B86-D011-B42D-00C04FC964FF')).toBe(
      '6f9619ff-8b86-d011-b42d-00c04fc964ff',
    );
  });

  it('others become a UUID version 8, another for each table', () => {
    const id = uuidOf('auth.users', 'clx1');

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf('auth.users', 'clx1')).toBe(id);
    expect(uuidOf('auth.sessions', 'clx1')).not.toBe(id);
    expect(derivedUuid('auth.user_leads', 'clx1')).not.toBe(id);
  });

  it('those of feeds hold the time', () => {
    const time = Date.parse('2026-06-01T10:00:00.123Z');
    const id = uuidOfTime('activity.user_activities', 'a', time);

    expect(id[14]).toBe('7');
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(time);
  });
});
