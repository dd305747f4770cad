import type { StateMachine } from '@codezest/constraint-tests';
import type { DisputeStatus, RefundStatus } from '../../src/index.js';
import { dispute, refund, succeeded } from '../constraints/rows.js';

export const refunds: StateMachine<RefundStatus> = {
  table: 'refunds',
  transitions: 'rules.refund_transitions',
  rule: 'refunds_transition_rule',
  allowed: {
    PENDING: ['REQUIRES_ACTION', 'SUCCEEDED', 'FAILED', 'CANCELED'],
    REQUIRES_ACTION: ['PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED'],
    SUCCEEDED: ['FAILED'],
    FAILED: [],
    CANCELED: ['PENDING', 'REQUIRES_ACTION', 'SUCCEEDED', 'FAILED'],
  },
  rowIn: (status) => succeeded() + refund({ status }),
  shapeOf: () => ({}),
  ended: {
    rules: ['refunds_immutable_rule'],
    // What the provider tells late.
    open: ['idempotency_key', 'stripe_refund_id', 'reason', 'failure_reason', 'updated_at'],
  },
};

const open: DisputeStatus[] = ['NEEDS_RESPONSE', 'UNDER_REVIEW'];
const appealed: DisputeStatus[] = ['APPEAL_NEEDS_RESPONSE', 'APPEAL_UNDER_REVIEW'];
const decided: DisputeStatus[] = ['WON', 'LOST', 'PREVENTED'];

export const disputes: StateMachine<DisputeStatus> = {
  table: 'disputes',
  transitions: 'rules.dispute_transitions',
  rule: 'disputes_transition_rule',
  allowed: {
    WARNING_NEEDS_RESPONSE: ['WARNING_UNDER_REVIEW', 'WARNING_CLOSED', ...open, ...decided, ...appealed],
    WARNING_UNDER_REVIEW: ['WARNING_NEEDS_RESPONSE', 'WARNING_CLOSED', ...open, ...decided, ...appealed],
    WARNING_CLOSED: open,
    NEEDS_RESPONSE: ['UNDER_REVIEW', ...decided],
    UNDER_REVIEW: ['NEEDS_RESPONSE', ...decided],
    WON: ['LOST', ...appealed],
    LOST: ['WON', ...appealed],
    APPEAL_NEEDS_RESPONSE: ['APPEAL_UNDER_REVIEW', 'WON', 'LOST'],
    APPEAL_UNDER_REVIEW: ['APPEAL_NEEDS_RESPONSE', 'WON', 'LOST'],
    PREVENTED: [],
  },
  rowIn: (status) => succeeded() + dispute({ status }),
  shapeOf: () => ({}),
  ended: { rules: ['disputes_immutable_rule'], open: ['amount', 'reason', 'updated_at'] },
};
