// Hashes of `correct horse` as the libraries themselves have made them, and what looks like them and lets nobody in.
import type { ConstraintCase } from '@codezest/constraint-tests';
import { user } from './rows.js';

/** By scheme; `current` is what is stored without one. */
export const realHashes: Record<string, Record<string, string>> = {
  current: {
    'node argon2 0.45.1':
      '$argon2id$v=19$m=1024,p=4,t=3$2oDzwOKBa86lfY8GE+XlXA$PAhoQS4YcGoJYTlzjdY9dynRgzAnHEvyOwsbW4xFzWg',
    'argon2-cffi 25':
      '$argon2id$v=19$m=65536,t=3,p=4$CJk0Xsv+b++eMO1jO6ILSg$lsvXTgRGAxMKchPRhD5g3KgQh3TQ4CQ21joCpmAhm5s',
    'bcrypt 4.0.1': '$2b$05$dhYTQxlc7V3JZwRFhdc13ebcHqV.HSaiD.Jz9kPsAXja3UfShX/LO',
    'bcrypt 4.0.1, 2a': '$2a$05$OJdElCfpfkN5zutxd4CNK.bHEnG/saceYiGdWQMVyZUIwAo4is4pK',
    'PHP 8.2.36 password_hash': '$2y$05$lNwVwWbt1LisuJnUs93g5ORRBtaHcNRzDoiOzTZW8ft/rc/lm.2Q2',
  },
  ARGON2: {
    'argon2-cffi, argon2i':
      '$argon2i$v=19$m=65536,t=3,p=4$Hv4mwzChSoUj+nzOxQSJgA$7AYg+9mwC1PHqIMMCLZ2SiibFkNWizJOXAs3orMgdJM',
    argon2d:
      '$argon2d$v=19$m=65536,t=3,p=4$IrwmwSMwylPvp8Oxns/7mA$twMI5H3pRBUdN38F47NbDgKDSubA+WDVy8NyLf9StXI',
    'argon2i, version 16': '$argon2i$v=16$m=1024,t=2,p=1$c29tZXNhbHRzb21l$o0DYyejK6jzFs9RLtRoPBg',
  },
  BETTER_AUTH_SCRYPT: {
    'better-auth 1.7.25':
      '558c1af0a97b490b1bc718dfbebb750a:6b620c9d73e753687eb61234bba22e035e6563157f5dff865e75fa5fd1013d0ef3efb541ff37a0c84628993a0b8aad3403d9534ce928f8f0dd8de167477dd8dc',
    'lucia 3.2.2 Scrypt':
      '66316617ffe56a7ec1577e67e9ced010:a28b48c9b034dbbe18e051322c453aab92095891b87de05a70ae2cc526628fca7575dea70f424e2b01ccf4858ab2c64bb921cf37e1130d1c0c096388aeb32dbc',
  },
  LUCIA_SCRYPT: {
    'lucia-auth 1.8.0':
      's2:iGO14LZ6j8hszMKn:45277d23743d53368f25b18b031e4061b8e45b60a7f7f656e380dc7c630c30ad2bddefa976871dbba68edc6e3e22491ee0743d1074fbc643e5c5cfaf0cd5dab0',
    'lucia 3.2.2 LegacyScrypt':
      's2:6153744d9a684b050b2b79c0bf44a15c:de3589a88d23c976bd89c4c0adf94c351615dbf95890ba0b90a8f76964dc5d478c4c1bf2f57767780f180f18f251032586f936a77f9ac0928611f0d01fc1b527',
    'lucia 2.7.7':
      's2:cu9k7z64egpenqi6:93d34d9c723cbeec4a82d9300041d6f039d67876d9c1fffb220db8fdbe7af32d04f082d709c1b7406465a7f371d662f485fffdcdce2e95b28c56af3ac81ccf59',
  },
  DJANGO: {
    'Django 5.2.19 pbkdf2_sha256':
      'pbkdf2_sha256$1000000$guXrSsRNOJ6EvtpWjxNDCr$XBUWxII9KuX0Je9/gX39bxTbFLGeEf01YDyzYO5oo/I=',
    pbkdf2_sha1: 'pbkdf2_sha1$1000000$BRW8dyETPSwB0YlBWqp6Az$hjXJLhACM0sw1yHBF7H072Un7wA=',
    argon2:
      'argon2$argon2id$v=19$m=102400,t=2,p=8$NG40R2dYRlRLZDExZjlKQ0dXTnVuaw$E74/DlNnSWRFrjahaAn+hYbIF5vZVQa+ugPH85xXuMA',
    scrypt:
      'scrypt$16384$lO4dmtIYryVglm7T2G7I4V$8$5$iLyMIye+ANb6pGoY/7FBrfvRNmYvRTzPh4SBhqfsCxlu9jGFGPIkvyYU8Vbkas36u/iFFwxjYwYxInIoSueQSA==',
    bcrypt_sha256: 'bcrypt_sha256$$2b$12$HFtDQf82IsOLbGf0TDMY2O5RbTmQyQsLCLXmWsVblEPKVWwa0pU9i',
    bcrypt: 'bcrypt$$2b$12$4T.B3flh9qA5dxphywqWc.1IboGUG66NEmBqCYh.lwIzZspYtda6C',
  },
  WERKZEUG: {
    'Werkzeug 3 scrypt':
      'scrypt:32768:8:1$amAypNfnM3ha22W2$85b433b5942f9f3ed787c687acec3963668a6135351762626184bc9e4724bbaacc8857629235e63fe77c0f4f12d28e9316982d4a53fc2e06621e6f44bff1d67d',
    pbkdf2:
      'pbkdf2:sha256:1000000$m8gJ2zsIaoQNdcfP$d71926812d2b0391dceeb975f076085224872cf47dd9cc7b6e7649361837b0ce',
    'Werkzeug 3.1.9 pbkdf2 sha1':
      'pbkdf2:sha1:1000$IILpYJEYTwWXV2RC$4e66d462931c4d29aaf22e6b5026c860613375d6',
    'pbkdf2 sha512':
      'pbkdf2:sha512:1000$IudONW9MH7r2zvxl$2ea48ac0dd4d5717f3443007f069cf244ea23643b2a6592fa1a12269f8c85c57e848d8868fa9e924fea89b923a8fd20485fb3402aae951e4af63cfcec062b141',
  },
  PHPASS: {
    'passlib 1.7.4 $P$': '$P$HAtym5nIHOrIm73ai5SHgWrBSrhcR5.',
    'WordPress 6.8': '$wp$2y$10$UH2GwXc8i0bA.fHIlHMm3eza663jBA.qs58i0tIs0FLp8OHcBcsQS',
    $H$: '$H$Hn6csrN6aGO4VL0Bei1QsEQ3uBG.Pg0',
  },
  SPRING: {
    'Spring Security 6.5.0 bcrypt': '{bcrypt}$2a$10$m1f8GQeAHWYPEnCifCxyZ.2dj0fA66fgzQPv53W4/yeQiHtmytEpi',
    pbkdf2: '{pbkdf2}41049b25d8a2a3ee5edd6c622112b430bb20b8e581e8d5af941d912155f51f626e7c03091bd5b727',
    'pbkdf2@SpringSecurity_v5_8':
      '{pbkdf2@SpringSecurity_v5_8}c8cee89618ecc5558e3bcac620cd9545142ca089359d3ef456f6ed4e037dda764d9358bcf37731b5c807c689ae279f63',
    scrypt:
      '{scrypt}$e0801$5Gpkv+Hjx3K5oJjrTncvKbeqKz8rWjO7KvsPqfc8CDTINgtp6b/xzdP4NvCDG9Iq8wH/4FbT0By03AaOUQZGzg==$KzDV42efb1JIgxsLCqqL7es/MtrhbButIZaiUg/Fdj8=',
    'scrypt@SpringSecurity_v5_8':
      '{scrypt@SpringSecurity_v5_8}$100801$RsgLV2vV5/rk951XhaK4EQ==$wQR6UJLJFz+tfEGxlCvAOqDRkOjGmg99yf+/xJOez00=',
    argon2:
      '{argon2}$argon2id$v=19$m=4096,t=3,p=1$2w4ZNZ7pio9dQcAD0z00RA$Pp9zpiyJNbVISRmFyUSEe8XY6eAZpA9lKABkjHJQsnM',
    'argon2@SpringSecurity_v5_8':
      '{argon2@SpringSecurity_v5_8}$argon2id$v=19$m=16384,t=2,p=1$F3Jn3yCoCubD82f0FJ8vzA$cQfa47iFm22oytP7eyLo3QSDDYNLa+R482kEj2CQl1A',
    sha256: '{sha256}16ab87771c5225a00861738ad40af31273b070798b09fbfa74963508668c73810d02a10d892187e0',
  },
};

const argon2 = realHashes.current?.['argon2-cffi 25'] ?? '';
const bcrypt = realHashes.current?.['bcrypt 4.0.1'] ?? '';

const wrong: Record<string, string> = {
  'clear text': 'correct horse battery staple',
  'clear text that looks like a hash': '$2b$hunter2',
  'bcrypt, cut': bcrypt.slice(0, 50),
  'bcrypt, with a line end': `${bcrypt}\n`,
  'bcrypt, with a space before it': ` ${bcrypt}`,
  'bcrypt of a cost that is none': bcrypt.replace('$05$', '$99$'),
  'argon2id, cut': argon2.slice(0, 80),
  'argon2id, a character short': argon2.slice(0, -1),
  'argon2id, with a line end': `${argon2}\n`,
  'argon2id without salt': argon2.replace(/\$[^$]+\$([^$]+)$/, '$$$$$1'),
  'argon2id in the other base64': argon2.replaceAll('+', '-').replaceAll('/', '_'),
  'argon2i without its scheme': realHashes.ARGON2?.['argon2-cffi, argon2i'] ?? '',
  'a truncated column': argon2.slice(0, 60),
};

export const passwordHashes: ConstraintCase[] = [
  ...Object.values(wrong).map((password) => ({
    object: 'users_password_hash_check',
    refused: user({ password }),
    allowed: user({ password: argon2 }),
  })),
  ...Object.entries(realHashes).flatMap(([scheme, hashes]) =>
    Object.values(hashes).map((password) => {
      const legacy = scheme === 'current' ? null : scheme;
      return {
        object: 'users_password_hash_check',
        refused: user({ password: password.slice(0, -2), legacy_password_scheme: legacy }),
        allowed: user({ password, legacy_password_scheme: legacy }),
      };
    }),
  ),
  // Neither a scheme nor its absence takes in another one's.
  {
    object: 'users_password_hash_check',
    refused: user({ password: argon2, legacy_password_scheme: 'DJANGO' }),
    allowed: user({ password: `argon2${argon2}`, legacy_password_scheme: 'DJANGO' }),
  },
  {
    object: 'users_password_hash_check',
    refused: user({ password: '{noop}secret', legacy_password_scheme: 'SPRING' }),
    allowed: user({ password: `{bcrypt}${bcrypt}`, legacy_password_scheme: 'SPRING' }),
  },
];
