/**
 * The configuration of the proxy limit: one worker, keep-alive on both sides, nothing logged, streams passed on as they
 * come and bodies passed on without a temporary file. Plain answers of 0.6 KB fit one read, so `proxy_buffering off`
 * costs them nothing.
 */
export function nginxConfig(options: {
  readonly directory: string;
  readonly port: number;
  readonly upstreamPort: number;
  readonly asRoot: boolean;
}): string {
  const { directory, port, upstreamPort, asRoot } = options;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `  ${kind}_temp_path ${directory}/${kind};`)
    .join("\n");
  return `${asRoot ? "user root;\n" : ""}daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log stderr warn;
worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
${temporary}
  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_max_body_size 64m;
  client_body_buffer_size 4m;
  upstream mock {
    server 127.0.0.1:${upstreamPort};
    keepalive 1024;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /healthz { return 200 "ok"; }
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 300s;
    }
  }
}
`;
}
