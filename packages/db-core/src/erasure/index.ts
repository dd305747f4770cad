export { type ErasedUsers, type ErasureOptions, eraseUser, eraseUsers } from './erase-user.js';
export { ErasureWaitsError, InvalidBatchError } from './errors.js';
export { exportOfUser, exportUser } from './export-user.js';
export { type PersonalData, type PersonalRows, RECEIVED } from './personal-data.js';
