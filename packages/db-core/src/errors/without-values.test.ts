import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MalformedIdError } from './invalid-id-error.js';
import { messageWithoutValues, withoutValues } from './without-values.js';

const VALUE = 'zanzibar';
const HIDDEN = (sqlState: string) =>
  `the server refused a value; its message may quote it (SQLSTATE ${sqlState})`;

describe('in English the text stays and the value goes', () => {
  it.each([
    ['22P02', `invalid input syntax for type integer: "${VALUE}"`, 'invalid input syntax for type integer'],
    [
      '22P02',
      `invalid input value for enum "UserRole": "${VALUE}"`,
      'invalid input value for enum "UserRole"',
    ],
    [
      '22003',
      `value "${VALUE}" is out of range for type integer`,
      'value (hidden) is out of range for type integer',
    ],
    ['22023', `time zone "${VALUE}" not recognized`, 'time zone (hidden) not recognized'],
    ['22001', 'value too long for type character varying(5)', 'value too long for type character varying(5)'],
    ['22012', 'division by zero', 'division by zero'],
    [
      '22021',
      `invalid byte sequence for encoding "UTF8": 0x00`,
      'invalid byte sequence for encoding (hidden)',
    ],
    [
      '28P01',
      `password authentication failed for user "${VALUE}"`,
      'password authentication failed for user (hidden)',
    ],
    ['28000', `role "${VALUE}" does not exist`, 'role (hidden) does not exist'],
    ['23505', 'duplicate key value violates unique constraint "people_email_key"', undefined],
    ['22P02', 'InvalidInputValue', 'InvalidInputValue'],
    ['P0001', 'the course has « no » lessons', undefined],
  ])('%s %s', (sqlState, message, expected = message) => {
    expect(messageWithoutValues(message, sqlState)).toBe(expected);
  });
});

describe('in any other language what may quote a value is replaced by the code', () => {
  it.each([
    ['22P02', `syntaxe en entrée invalide pour le type integer : « ${VALUE} »`],
    ['22003', `la valeur « ${VALUE} » est en dehors des limites du type integer`],
    ['22023', `Zeitzone »${VALUE}« nicht erkannt`],
    ['22P02', `ungültige Eingabesyntax für Typ integer: »${VALUE}«`],
    ['22007', `neplatná syntaxe vstupu pro typ date: „${VALUE}“`],
    ['22003', `integer-Wert '${VALUE}' ist zu gross`],
    ['22003', `value ‘${VALUE}’ is out of range for type integer`],
    ['22P02', `неверный синтаксис для типа integer: "${VALUE}"`],
    ['28P01', `authentification par mot de passe échouée pour l'utilisateur « ${VALUE} »`],
    ['28000', `Rolle »${VALUE}« existiert nicht`],
  ])('%s %s', (sqlState, message) => {
    expect(messageWithoutValues(message, sqlState)).toBe(HIDDEN(sqlState));
  });

  it('and behind a colon every class hides it', () => {
    expect(messageWithoutValues(`impossible d'ouvrir : « ${VALUE} »`, '42P01')).toBe("impossible d'ouvrir");
    expect(messageWithoutValues(`Datei nicht lesbar: »${VALUE}«`, '58P01')).toBe('Datei nicht lesbar');
  });

  it('in message, stack and properties', () => {
    const error = Object.assign(new Error(`ungültige Eingabesyntax für Typ integer: »${VALUE}«`), {
      code: '22P02',
    });

    expect(inspect(withoutValues(error), { showHidden: true })).not.toContain(VALUE);
  });

  it('a malformed ID is one in every language, and a value that speaks of one is none', () => {
    for (const message of [
      `invalid input syntax for type uuid: "${VALUE}"`,
      `ungültige Eingabesyntax für Typ uuid: »${VALUE}«`,
      `syntaxe en entrée invalide pour le type uuid : « ${VALUE} »`,
    ])
      expect(withoutValues(Object.assign(new Error(message), { code: '22P02' }))).toBeInstanceOf(
        MalformedIdError,
      );
    const other = Object.assign(new Error('invalid input syntax for type integer: "type uuid"'), {
      code: '22P02',
    });
    expect(withoutValues(other)).not.toBeInstanceOf(MalformedIdError);
  });
});
