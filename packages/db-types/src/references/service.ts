/** The five services, each the only owner of its database. */
export const services = ['auth', 'learning', 'payments', 'notifications', 'activity'] as const;
export type Service = (typeof services)[number];
