import { beginMailedLogin, type Client, type LoginStep, proveMailedCode } from '../../src/index.js';

/** POST /login/mail: the same answer whether there is such an account, and the mail after it. */
export async function mailCode(client: Client, email: string, ipAddress: string) {
  const { token, mail } = await beginMailedLogin(client, { email, ipAddress });
  const link = mail && `https://codezest.example/login?code=${mail.code}`;
  return { cookie: token, later: mail && { to: mail.email, text: `Your code is ${mail.code}: ${link}` } };
}

/** POST /login/mail/code. The page behind the link asks for a click: a mail scanner's GET proves nothing. */
export const proveCode = (client: Client, cookie: string, code: string): Promise<LoginStep> =>
  proveMailedCode(client, { token: cookie, code }); // then as after a password
