import { isModuleId, type ModuleId, parseModuleId, parseUserId, type UserId } from '../../src/index.js';

/** `enrolledModules` takes no other id, and the request's texts become ids at the edge. */
export async function isEnrolled(
  request: { userId: string; moduleId: string },
  enrolledModules: (userId: UserId) => Promise<ModuleId[]>,
): Promise<boolean> {
  const modules = await enrolledModules(parseUserId(request.userId));
  return modules.includes(parseModuleId(request.moduleId));
}

export const modulesAmong = (values: unknown[]): ModuleId[] => values.filter(isModuleId);
