import { parseSync, Visitor } from 'vite';

/** What stands for an import whose target is computed, and so can't be judged. */
export const COMPUTED = '<computed>';

/** Names of files of code. */
export const CODE_FILE = /\.[cm]?[jt]sx?$/;

/**
 * Every module that a file of TypeScript or JavaScript refers to, as written, types included: static and dynamic
 * imports, re-exports, `import('…')` in types, `import x = require('…')`, and `new URL('….ts', import.meta.url)`, which
 * is how workers are named. Read by a real parser; throws on what does not parse.
 */
export function importsOf(file: string, code: string): string[] {
  const { program, errors } = parseSync(file, code, { sourceType: 'module' });
  const fault = errors.find((error) => error.severity === 'Error');
  if (fault !== undefined) throw new SyntaxError(`${file}: ${fault.message}`);

  const found: string[] = [];
  const add = (node: unknown): void => {
    if (node !== null && node !== undefined) found.push(textOf(node));
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    TSExternalModuleReference: (node) => add(node.expression),
    NewExpression: (node) => {
      const [target, base] = node.arguments;
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL';
      const isRelative = base?.type === 'MemberExpression' && base.object.type === 'MetaProperty';
      // Of other addresses only those of code are imports; folders and pictures are not.
      if (isUrl && isRelative && CODE_FILE.test(textOf(target))) add(target);
    },
  }).visit(program);
  return found;
}

/** The text of a literal node, also of a template without holes. */
function textOf(node: unknown): string {
  const { value, quasis } = (node ?? {}) as {
    value?: unknown;
    quasis?: readonly { readonly value: { readonly cooked: string | null } }[];
  };
  if (typeof value === 'string') return value;
  return (quasis?.length === 1 ? quasis[0]?.value.cooked : undefined) ?? COMPUTED;
}
