import { uuidOf } from '../../engine/ids.js';
import type { Step } from '../../engine/step.js';
import { Values } from '../../values/values.js';

const FROM = 'auth.login_history';

export const loginHistory: Step = {
  name: 'login_history',
  from: FROM,
  targets: [{ table: 'login_history', appendOnly: true }],
  convert(row, { notes }) {
    const values = new Values(row, FROM, notes);
    return {
      login_history: [
        {
          id: uuidOf(FROM, values.text('id') ?? ''),
          user_id: uuidOf('auth.users', values.text('userId') ?? ''),
          success: values.flag('success'),
          ip_address: values.address('ipAddress'),
          user_agent: values.cut('userAgent', 1024),
          location: values.cut('location', 200),
          created_at: values.time('createdAt'),
        },
      ],
    };
  },
};
