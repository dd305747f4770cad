import { randomUUID } from 'node:crypto';
import {
  changePlan,
  draftInvoice,
  entitlementOf,
  formatAmount,
  issueInvoice,
  percentageOf,
  recordTransaction,
  setDefaultPaymentMethod,
  submitTransaction,
  succeedTransaction,
} from '@codezest/db-payments';
import { type Cast, hearInFeed } from './cast.js';

const MONTH = 30 * 24 * 60 * 60 * 1000;
const EURO = { code: 'EUR', exponent: 2 };

/** Upgrades to PRO: an invoice with its number, a payment, a subscription that is paid for. */
export async function upgrade(cast: Cast): Promise<void> {
  const { stage, payments, learner } = cast;
  stage.chapter('Maya upgrades to PRO');
  const userId = learner.id;

  const card = await stage.play('payments', 'gives her card', async () => {
    const { id } = await payments.paymentMethod.create({
      data: { userId, type: 'CARD', last4: '4242', brand: 'VISA', expiryMonth: 4, expiryYear: 2031 },
    });
    const method = await setDefaultPaymentMethod(payments, { userId, paymentMethodId: id });
    return {
      result: method,
      rows: 1,
      detail: `${method.brand} ending in ${method.last4}; its number is nowhere`,
    };
  });

  const subscription = await stage.play('payments', 'changes from FREE to PRO', async () => {
    const { id, version } = await payments.subscription.findFirstOrThrow({ where: { userId, plan: 'FREE' } });
    const currentPeriodEnd = new Date(Date.now() + MONTH);
    const changed = await changePlan(payments, {
      subscriptionId: id,
      version,
      plan: 'PRO',
      currentPeriodEnd,
    });
    return {
      result: changed,
      rows: 2,
      detail: `${changed.plan} is ${changed.status}; one live subscription at most`,
    };
  });

  const invoice = await stage.play('payments', 'is sent an invoice', async () => {
    const { id } = await draftInvoice(payments, {
      subscriptionId: subscription.id,
      currency: EURO.code,
      lines: [{ description: 'CodeZest PRO, one month', unitAmount: 1900 }],
      tax: (net) => percentageOf(net, '25'),
      period: { start: subscription.startedAt, end: subscription.currentPeriodEnd ?? subscription.startedAt },
    });
    const issued = await issueInvoice(payments, { invoiceId: id });
    const [net, tax, total] = [issued.subtotal, issued.tax, issued.total].map((cents) =>
      formatAmount(cents, EURO),
    );
    return { result: issued, rows: 4, detail: `${issued.invoiceNumber}: ${net} + ${tax} tax = ${total} EUR` };
  });

  await stage.play('payments', 'pays it', async () => {
    const { id: transactionId } = await recordTransaction(payments, {
      invoiceId: invoice.id,
      idempotencyKey: randomUUID(),
      paymentMethodId: card.id,
    });
    await submitTransaction(payments, { transactionId });
    const payment = await succeedTransaction(payments, { transactionId });
    const detail = `transaction ${payment.transaction.status} and invoice ${payment.invoice?.status}, as one fact`;
    return { result: payment, rows: 4, detail };
  });

  await stage.play('payments', 'may use what she paid for', async () => {
    const entitlement = await entitlementOf(payments, userId);
    return { result: entitlement, detail: `entitled to ${entitlement?.plan}: one read for every request` };
  });

  await hearInFeed(
    cast,
    'hears of her plan',
    ({ type, metadata }) => type === 'SUBSCRIPTION_CHANGED' && (metadata as { plan: string }).plan === 'PRO',
  );
}
