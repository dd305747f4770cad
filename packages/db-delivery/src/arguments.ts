import { type Service, services } from '@codezest/db-types';
import { InvalidArgumentError } from 'commander';

/** Parser of a whole number. */
export function whole(most: number, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,8}$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return value;
  };
}

export function service(text: string): Service {
  const known = services.find((name) => name === text);
  if (known === undefined) throw new InvalidArgumentError('Write the name of a service, such as auth.');
  return known;
}
