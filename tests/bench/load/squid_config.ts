/**
 * The configuration of Squid as a forward proxy that keeps nothing. It only
 * makes text: who starts Squid, and where, is not its business.
 */

/** Where Squid listens and keeps what it writes. */
export interface SquidPlace {
  readonly port: number;
  /** Absolute; writable for `user`. */
  readonly folder: string;
  /** Whom Squid becomes when root starts it. */
  readonly user?: string;
}

/**
 * One worker, no cache, `Via` on, and a log that the process itself writes
 * (`stdio:`, buffered), so that its cost is in the same figure.
 */
export function squidConfig({ port, folder, user }: SquidPlace): string {
  return `http_port 127.0.0.1:${port}
${user === undefined ? "" : `cache_effective_user ${user}\n`}workers 1
cache deny all
cache_mem 1 MB
via on
http_access allow all
access_log stdio:${folder}/access.log squid
buffered_logs on
cache_log ${folder}/cache.log
cache_store_log none
pid_filename ${folder}/squid.pid
coredump_dir ${folder}
netdb_filename none
pinger_enable off
icp_port 0
shutdown_lifetime 0 seconds
max_filedescriptors 16000
request_start_timeout 10 minutes
client_idle_pconn_timeout 10 minutes
visible_hostname sluice-bench
`;
}
