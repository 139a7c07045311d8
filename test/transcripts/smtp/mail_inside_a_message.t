# name: test/transcripts/smtp/mail_inside_a_message.t
# rfc: 5321 4.1.4
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: MAIL FROM:<other@b.example>
1 S: 503 5.5.1 a message is in progress<any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: MAIL FROM:<other@b.example>
1 S: 503 5.5.1 <any>
