"""Configurations as other programs' users have them; written for these tests."""

RINETD = """\
# Who may come in
allow 192.168.2.*
allow 10.*
logfile /var/log/rinetd.log
logcommon
pidlogfile /var/run/rinetd.pid

# bindaddress bindport connectaddress connectport options
0.0.0.0      80       192.168.1.2    80   # Web
::1          80       192.168.1.2    80
127.0.0.1    4000/udp 127.0.0.1      22/udp   [timeout=1200]
127.0.0.1    8000     192.168.1.2    8000     [src=192.168.1.4]
allow 192.168.2.*
allow 10.1.*
"""

SOCAT = """\
#!/bin/sh
socat TCP-LISTEN:8080,fork,reuseaddr TCP:example.org:80
sudo socat -d -d TCP4-LISTEN:80,bind=127.0.0.1,fork,range=10.0.0.0/8 \\
    TCP4:www.example.org:8080 &
nohup /usr/bin/socat -T 30 UDP4-LISTEN:53,fork,reuseaddr UDP4:9.9.9.9:53 >/dev/null 2>&1 &
ExecStart=/usr/bin/socat TCP6-LISTEN:443,fork TCP6:[2001:db8::1]:443,bind=[2001:db8::2]
socat -v tcp-l:1234,fork,max-children=4 tcp:host:5678,connect-timeout=5
socat TCP:host:80 TCP-LISTEN:81
"""

HAPROXY = """\
global
    log /dev/log local0
    maxconn 4096
defaults
    log global
    mode http
    option dontlognull
    timeout connect 5000
    timeout client  50000   # milliseconds
    timeout server  50000

frontend www
    bind *:80
    default_backend web
backend web
    server w1 10.0.0.1:80 check

listen mysql
    bind 127.0.0.1:3306
    mode tcp
    option mysql-check user haproxy_check
    balance roundrobin
    server mysql-1 10.0.0.1:3306 check
    server mysql-2 10.0.0.2:3306 check backup
    server mysql-3 10.0.0.3:3306 disabled
listen secret
    mode tcp
    bind :8443
    server s 10.0.0.1:443 ssl verify none
listen ports
    mode tcp
    bind :::20000-20010 v4v6
    bind 10.0.0.9:1,ipv4@10.0.0.9:2
    maxconn 100
    timeout client 1h
    timeout server 1h
    timeout client-fin 30s
    tcp-request connection reject if !{ src 10.0.0.0/8 192.168.0.0/16 }
    server s [2001:db8::1]:+10000 send-proxy-v2
frontend redis
    mode tcp
    bind *:6379 ssl crt /etc/ssl/redis.pem
    bind *:6380
    default_backend redis
backend redis
    mode tcp
    server r1 r1.example.org:6379
    server r2 r2.example.org:6379
frontend chooses
    mode tcp
    bind :9000
    use_backend redis if { src 10.0.0.1 }
frontend sorts
    mode tcp
    bind :9001
    use_backend redis if { src 10.0.0.1 }
    default_backend redis
listen limited
    mode tcp
    bind 127.0.0.1:7000
    tcp-request inspect-delay 5s
    tcp-request content reject if { src 10.66.0.0/16 }
    server s 10.0.0.7
"""

REALM = """\
[log]
level = "warn"

[network]
no_tcp = false
use_udp = true
udp_timeout = 30

[[endpoints]]
listen = "0.0.0.0:5000"
remote = "1.1.1.1:443"
extra_remotes = ["1.1.1.2:443", "www.example.org:443"]
balance = "roundrobin: 4, 2, 1"
through = "192.168.1.4"
interface = "lo"

[[endpoints]]
listen = "[::]:10000"
remote = "www.example.org:443"
[endpoints.network]
use_udp = false
tcp_timeout = 7
send_proxy = true
send_proxy_version = 1

[[endpoints]]
listen = "0.0.0.0:1"
remote = "h:2"
listen_transport = "ws;path=/ws"
"""

SSH_CONFIG = """\
# My hosts
Host db
    HostName 10.0.0.5
    User me
    LocalForward 15432 localhost:5432
    LocalForward 127.0.0.1:6379 redis.example.org:6379
    DynamicForward 1080
Host gate.example.org
    IdentityFile ~/.ssh/id_ed25519
    LocalForward=*:8080 127.0.0.1:80
Host *
    ServerAliveInterval 60
"""

NETSH_DUMP = """\

# ----------------------------------
# Portproxy configuration
# ----------------------------------
pushd interface portproxy

reset
add v4tov4 listenport=8080 connectaddress=192.168.1.10 connectport=80
set v4tov6 listenport=8081 listenaddress=0.0.0.0 connectaddress=::1

popd

# End of Portproxy configuration
"""
