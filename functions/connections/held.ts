import { ConditionFailed } from '../runtime/table.ts';

/** Whether a conditional write went through; false says that its condition did not hold. */
export async function held(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
