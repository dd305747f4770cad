export { dumpObjects, dumpStructure } from './dump-structure.js';
export { differenceOf, objectsIn, type StructureDifference, type StructureObjects } from './objects.js';
