/**
 * The configurations of nginx as origin and as forward proxy. It only makes
 * text: who starts nginx, and where, is not its business.
 */

/** Where nginx listens and keeps what it writes. */
export interface NginxPlace {
  readonly port: number;
  /** Absolute; writable for the present user. */
  readonly folder: string;
}

/**
 * Serves the files of `bodies` to keep-alive clients, unlogged: at the root with `no-store`, under
 * `/max-age/` to be stored, under `/silent/` without a word about caches, validators included.
 */
export function nginxOriginConfig(place: NginxPlace, bodies: string): string {
  return nginxConfig(
    place,
    `
  access_log off;
  default_type application/octet-stream;
  etag off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=16;
  open_file_cache_valid 1h;`,
    `location / {
      root ${bodies};
      add_header Cache-Control no-store;
    }
    location /max-age/ {
      alias ${bodies}/;
      add_header Cache-Control max-age=3600;
      add_header Last-Modified "";
    }
    location /silent/ {
      alias ${bodies}/;
      add_header Last-Modified "";
    }`,
  );
}

/**
 * Forwards to the one origin `address`. nginx takes a target in absolute form
 * and passes its path on; it has no CONNECT.
 *
 * - One `upstream` block, since a proxy_pass by variable opens a connection
 *   for every request.
 * - Buffers of 16 x 64 KiB, and no temporary file: a 1 MiB body is passed on
 *   from memory as it comes, as the others do.
 * - The log in its default format, buffered: the others log too.
 *
 * @param caches Whether it stores what comes, in files that the system has in memory.
 */
export function nginxProxyConfig(
  place: NginxPlace,
  address: string,
  caches: boolean,
): string {
  return nginxConfig(
    place,
    `
  access_log ${place.folder}/access.log combined buffer=64k;
  proxy_cache_path ${place.folder}/cache levels=1:2 keys_zone=bench:64m
    max_size=1g inactive=1h use_temp_path=off;
  upstream origin {
    server ${address};
    keepalive 8192;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }`,
    `location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_cache ${caches ? "bench" : "off"};
      proxy_buffer_size 64k;
      proxy_buffers 16 64k;
      proxy_busy_buffers_size 256k;
      proxy_max_temp_file_size 0;
    }`,
  );
}

function nginxConfig(
  { port, folder }: NginxPlace,
  http: string,
  locations: string,
): string {
  // A master that root started would give its worker to `nobody`, who can't
  // read the temporary folder. nginx only warns where the master isn't root.
  return `daemon off;
user ${Deno.uid() === 0 ? "root" : "nobody"};
worker_processes 1;
worker_rlimit_nofile 16000;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log error;
events {
  worker_connections 15000;
}
http {
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_header_timeout 10m;${http}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    ${locations}
  }
}
`;
}
