/**
 * The configuration of Squid as a forward proxy, without a cache or with one in
 * memory. It only makes text: who starts Squid, and where, is not its business.
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
 * One worker, no cache on disk, `Via` on, and a log that the process itself writes
 * (`stdio:`, buffered), so that its cost is in the same figure.
 *
 * @param caches Whether it stores what comes, in memory.
 */
export function squidConfig(
  { port, folder, user }: SquidPlace,
  caches: boolean,
): string {
  const cache = caches
    ? "cache_mem 256 MB\nmaximum_object_size_in_memory 8 MB"
    : "cache deny all\ncache_mem 1 MB";
  return `http_port 127.0.0.1:${port}
${user === undefined ? "" : `cache_effective_user ${user}\n`}workers 1
${cache}
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
