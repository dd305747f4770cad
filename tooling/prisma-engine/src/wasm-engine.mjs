// Loads Prisma's schema engine from its WASM build.
//
// The package's own entry imports the .wasm file as an ES module, which Node 20 cannot do: the module is
// compiled and instantiated by hand here, with the package's glue code as its imports.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const glueUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');

/** The text of a Rust panic. Without this object in place a panic would surface as a TypeError that says nothing. */
export const panics = { last: undefined, set_message: (text) => (panics.last = text) };

/**
 * An engine bound to one adapter factory.
 * @param {{ factory: object, datamodels: [path: string, text: string][], log: (record: string) => void }} options
 */
export async function startEngine({ factory, datamodels, log }) {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = panics;

  const glue = await import(glueUrl);
  const bytes = await readFile(fileURLToPath(glueUrl.replace(/\.js$/, '.wasm')));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();

  return glue.SchemaEngine.new({ datamodels: datamodels.length > 0 ? datamodels : undefined }, log, factory);
}
