# name: test/transcripts/smtp/http_request.t
# A browser that is led to this port must not get its form read as commands.
1 S: 220 <any>
1 C: POST / HTTP/1.1
1 S: 554 5.5.1 this is not a web server
1 S closed
