"""http2.py CERTIFICATE KEY: a provider that speaks HTTP/2 over TLS on a free loopback port.

Prints its address, and then a line for what becomes of each request; ends when its standard input ends. A stream is written for
three seconds, unless its client leaves: "left" is printed then. After the second reply on a connection it goes away as the next
request comes, which it says it has not taken: "away".
"""

import socket
import ssl
import sys
import threading
import time

import h2.config
import h2.connection
import h2.errors
import h2.events

ANSWER = b"""{"id":"c","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop","message":
{"role":"assistant","content":"yes"}}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"""
PART = b"""data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":" word"}}]}\n\n"""


def say(word):
    print(word, flush=True)


def serve(plain, context):
    try:
        connection = context.wrap_socket(plain, server_side=True)
    except OSError:
        return
    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    lock = threading.Lock()
    gone = threading.Event()
    answered = 0
    streams = {}

    def flush():
        connection.sendall(state.data_to_send())

    def stream(number, left):
        try:
            with lock:
                state.send_headers(number, [(":status", "200"), ("content-type", "text/event-stream")])
                flush()
            for _ in range(60):
                if left.wait(0.05) or gone.is_set():
                    return say("left")
                with lock:
                    state.send_data(number, PART)
                    flush()
            say("written")
        except OSError:
            say("left")

    state.initiate_connection()
    flush()
    while True:
        try:
            data = connection.recv(65536)
        except OSError:
            data = b""
        if not data:
            break
        with lock:
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    streams[event.stream_id] = b""
                elif isinstance(event, h2.events.DataReceived):
                    streams[event.stream_id] += event.data
                    state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamReset):
                    if isinstance(streams.get(event.stream_id), threading.Event):
                        streams[event.stream_id].set()
                elif isinstance(event, h2.events.StreamEnded):
                    number = event.stream_id
                    if answered == 2:
                        state.close_connection(last_stream_id=number - 2)
                        flush()
                        say("away")
                        connection.close()
                        return
                    if b'"stream":true' in streams[number].replace(b" ", b""):
                        streams[number] = threading.Event()
                        threading.Thread(target=stream, args=(number, streams[number]), daemon=True).start()
                        continue
                    answered += 1
                    state.send_headers(number, [(":status", "200"), ("content-type", "application/json")])
                    state.send_data(number, ANSWER, end_stream=True)
                    say("answered")
            flush()
    gone.set()
    connection.close()


def main(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    say(f"https://localhost:{listener.getsockname()[1]}")

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0], context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main(*sys.argv[1:3])
