import { randomUUID } from 'node:crypto';
import { type Cast, reportActivity } from './cast.js';

const MONTH = 30 * 24 * 60 * 60 * 1000;

/** Upgrades to PRO: an invoice with its number, a payment, a subscription that is paid for. */
export async function upgrade(cast: Cast): Promise<void> {
  const { stage, payments, learner } = cast;
  stage.chapter('Maya upgrades to PRO');
  const now = new Date();

  const { started, method } = await stage.play('payments', 'subscribes to PRO with her card', async () => {
    const card = await payments.paymentMethod.create({
      data: {
        userId: learner.id,
        type: 'CARD',
        last4: '4242',
        brand: 'VISA',
        expiryMonth: 4,
        expiryYear: 2031,
        isDefault: true,
      },
    });
    const subscription = await payments.subscription.create({
      data: {
        userId: learner.id,
        plan: 'PRO',
        startedAt: now,
        currentPeriodStart: now,
        currentPeriodEnd: new Date(now.getTime() + MONTH),
      },
    });
    const detail = `${card.brand} ending in ${card.last4}; the number itself is nowhere`;
    return { result: { started: subscription, method: card }, rows: 2, detail };
  });

  const invoice = await stage.play('payments', 'is sent an invoice', async () => {
    const draft = await payments.invoice.create({
      data: {
        userId: learner.id,
        subscriptionId: started.id,
        currency: 'EUR',
        subtotal: 1900,
        discount: 0,
        tax: 475,
        total: 2375,
        lines: {
          create: {
            position: 1,
            description: 'CodeZest PRO, one month',
            quantity: 1,
            unitAmount: 1900,
            amount: 1900,
          },
        },
      },
    });
    const sent = await payments.invoice.update({
      where: { id: draft.id },
      data: { status: 'SENT', issuedAt: now, dueAt: new Date(now.getTime() + MONTH / 2) },
    });
    return { result: sent, rows: 3, detail: `${sent.invoiceNumber}: €19.00 + €4.75 tax = €23.75` };
  });

  await stage.play('payments', 'pays it', async () => {
    const paid = await payments.$transaction(async (transaction) => {
      const { id } = await transaction.transaction.create({
        data: {
          userId: learner.id,
          subscriptionId: started.id,
          invoiceId: invoice.id,
          paymentMethodId: method.id,
          amount: invoice.total,
          currency: invoice.currency,
          idempotencyKey: randomUUID(),
        },
      });
      await transaction.transaction.update({ where: { id }, data: { status: 'PROCESSING' } });
      await transaction.transaction.update({
        where: { id },
        data: { status: 'SUCCEEDED', paidAt: new Date() },
      });
      return transaction.invoice.update({
        where: { id: invoice.id },
        data: { status: 'PAID', paidAt: new Date() },
      });
    });
    return { result: paid, rows: 4, detail: `transaction SUCCEEDED and invoice ${paid.status}, as one fact` };
  });
  await reportActivity(cast, 'SUBSCRIPTION_CHANGED', 'Maya upgraded to PRO', {
    subscriptionId: started.id,
    plan: 'PRO',
    status: 'ACTIVE',
  });
}
