import type { PaymentMethodId, UserId } from '@codezest/db-types';
import { type PrismaClient, setDefaultPaymentMethod } from '../../src/index.js';

/** A new card, which is the default from now on. */
export const addCard = (client: PrismaClient, userId: UserId, stripePaymentMethodId: string) =>
  client.$transaction(async (transaction) => {
    const card = await transaction.paymentMethod.create({
      data: {
        userId,
        type: 'CARD',
        brand: 'VISA',
        last4: '4242',
        expiryMonth: 4,
        expiryYear: 2031,
        stripePaymentMethodId,
      },
    });
    return setDefaultPaymentMethod(transaction, { userId, paymentMethodId: card.id });
  });

export const choose = (client: PrismaClient, userId: UserId, paymentMethodId: PaymentMethodId) =>
  setDefaultPaymentMethod(client, { userId, paymentMethodId });
