"""What checkov asks for and is not done, with the reason. An entry that checkov no longer asks for is an error."""

ACCEPTED = {
    "CKV_AWS_7": "KMS does not rotate HMAC keys by itself, and by another key no name would match any more.",
    "CKV_AWS_27": "The queues are encrypted with SQS's own keys; checkov knows only KMS. One holds inputs of schedules and of "
    "the stream, and no personal data; the other events that name recipients, for two weeks, as DEPLOYING.md says.",
    "CKV_AWS_115": "A new account may run so few functions at once that reserving some fails. What a flood may cost is "
    "bounded by the API's throttling, and issuance by the state machine.",
    "CKV_AWS_116": "A dead-letter queue is for asynchronous calls. Only issuance and delivery get any, and they have a "
    "destination for them (EventInvokeConfig), which checkov does not look at.",
    "CKV_AWS_117": "The functions talk to AWS services, and verify to public hosts, whose addresses it checks itself. Outside "
    "a VPC there is no network of ours that it could be led into; one would add endpoints, cost and slower starts.",
    "CKV_AWS_119": "The table is encrypted with the key that AWS manages for DynamoDB. A key of our own could be "
    "deleted, and with it every badge.",
    "CKV_AWS_158": "Logs are encrypted by CloudWatch itself and hold no personal data, as a test says.",
    "CKV_AWS_173": "Lambda encrypts variables by itself. One is a secret, by which the payment service's events are known; "
    "whoever in this account may read a function's settings may change the function as well.",
}
