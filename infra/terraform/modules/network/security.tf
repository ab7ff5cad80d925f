resource "aws_security_group" "functions" {
  # checkov:skip=CKV2_AWS_5: the functions module attaches it
  name        = "${var.prefix}-functions"
  description = "Functions call AWS over HTTPS; nothing calls them."
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "${var.prefix}-functions" }
}

# @connections and Cognito have public addresses only, so the destination cannot be narrowed.
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.functions.id
  description       = "HTTPS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "https_ipv6" {
  security_group_id = aws_security_group.functions.id
  description       = "HTTPS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv6         = "::/0"
}

resource "aws_security_group" "endpoints" {
  # checkov:skip=CKV2_AWS_5: used by the interface endpoints of an environment that has some
  name        = "${var.prefix}-endpoints"
  description = "Interface endpoints take HTTPS from the functions."
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "${var.prefix}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id            = aws_security_group.endpoints.id
  description                  = "HTTPS from the functions"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.functions.id
}
