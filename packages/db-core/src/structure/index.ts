export { dumpStructure } from './dump-structure.js';
