// AWS's own client for Node: `node node_sdk.mjs <workload.json> <posts begun at once>`.
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const WARM_UP_SHARE = 10
const workload = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const atOnce = Number(process.argv[3])
const client = new ApiGatewayManagementApiClient({
  endpoint: workload.callback_url,
  region: workload.region,
  credentials: {
    accessKeyId: workload.access_key,
    secretAccessKey: workload.secret_key,
    sessionToken: workload.session_token,
  },
  requestHandler: new NodeHttpHandler({
    httpsAgent: new Agent({ keepAlive: true, maxSockets: workload.connections, ca: readFileSync(workload.ca_file) }),
    socketAcquisitionWarningTimeout: 600_000, // all at once is meant to queue
  }),
})
const Data = Buffer.from(workload.body)

async function send(connectionIds) {
  const statuses = {}
  for (let start = 0; start < connectionIds.length; start += atOnce) {
    const posts = connectionIds
      .slice(start, start + atOnce)
      .map((ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data })))
    for (const { value, reason } of await Promise.allSettled(posts)) {
      const status = (value ?? reason).$metadata?.httpStatusCode ?? String(reason)
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  return statuses
}

const ids = workload.connection_ids
await send(ids.slice(0, Math.floor(ids.length / WARM_UP_SHARE)))
const cpu = process.cpuUsage()
const statuses = await send(ids)
const used = process.cpuUsage(cpu)
console.log(JSON.stringify({ cpu_seconds: (used.user + used.system) / 1e6, statuses }))
