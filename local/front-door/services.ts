import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { HttpReply } from '../engines/http-hop.ts';
import { type Send, ServiceError } from '../engines/json-rpc.ts';
import type { AwsCall, ServiceName } from './aws-call.ts';
import { errorReply } from './error-replies.ts';

/** Actions of a service that run in this process: input as parsed JSON, answer as JSON, refusals as `ServiceError`. */
export type Actions = Readonly<Record<string, (input: unknown) => object | Promise<object>>>;
export type Service = (call: AwsCall) => Promise<HttpReply>;
export type Services = Readonly<Partial<Record<ServiceName, Service>>>;

/** A service whose engine answers everything. */
export const engineService =
  (send: Send): Service =>
  ({ message }) =>
    send(message);

/** A service answered here; what is not among the actions goes to the engine, if there is one. */
export const actionService =
  (actions: Actions, send?: Send): Service =>
  async (call) => {
    const { service, action, input, message } = call;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run === undefined) return send === undefined ? unknownAction(call) : send(message);
    try {
      return jsonReply(await run(input));
    } catch (error) {
      if (error instanceof ServiceError) return errorReply(service, { name: error.name, message: error.message });
      if (error instanceof z.ZodError)
        return errorReply(service, { name: 'ValidationException', message: problems(error) });
      throw error;
    }
  };

const jsonReply = (output: object): HttpReply => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
  body: Buffer.from(JSON.stringify(output)),
});

const unknownAction = ({ service, action }: AwsCall) =>
  errorReply(service, {
    name: 'UnknownOperationException',
    message: `${service}:${action} does not run on this machine`,
  });

const problems = ({ issues }: z.ZodError) =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
