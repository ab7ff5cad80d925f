"""The VPC: two zones, both address families, nothing comes in."""

from ipaddress import ip_network

from tests.unit.terraform.plan import Plan


def test_there_are_public_and_private_subnets_in_two_zones_that_do_not_overlap(dev: Plan) -> None:
    public, private = dev.named("aws_subnet", "public"), dev.named("aws_subnet", "private")
    networks = [ip_network(subnet["cidr_block"]) for subnet in (*public.values(), *private.values())]

    assert len(public) == 2
    assert public.keys() == private.keys()
    assert not any(a.overlaps(b) for n, a in enumerate(networks) for b in networks[n + 1 :])
    assert all(subnet["ipv6_cidr_block"] for subnet in (*public.values(), *private.values()))
    assert dev.one("aws_vpc")["assign_generated_ipv6_cidr_block"]


def test_development_has_one_nat_gateway_and_production_one_in_each_zone(dev: Plan, prod: Plan) -> None:
    assert len(dev.of("aws_nat_gateway")) == 1
    assert prod.of("aws_nat_gateway").keys() == prod.named("aws_subnet", "private").keys()


def test_each_zone_of_production_leaves_by_its_own_nat_gateway(prod: Plan) -> None:
    gateways = {zone: gateway["id"] for zone, gateway in prod.of("aws_nat_gateway").items()}

    assert {
        zone: route["nat_gateway_id"] for zone, route in prod.named("aws_route", "private").items()
    } == gateways


def test_ipv6_leaves_but_does_not_enter(dev: Plan) -> None:
    for route in dev.named("aws_route", "private_ipv6").values():
        assert route["destination_ipv6_cidr_block"] == "::/0"
        assert route["egress_only_gateway_id"]


def test_dynamodb_is_reached_by_its_gateway_endpoint_from_every_private_subnet(dev: Plan) -> None:
    endpoint = dev.of("aws_vpc_endpoint")["dynamodb"]

    assert endpoint["vpc_endpoint_type"] == "Gateway"
    assert set(endpoint["route_table_ids"]) == {
        table["id"] for table in dev.named("aws_route_table", "private").values()
    }


def test_production_reaches_sns_and_sqs_by_interface_endpoints(dev: Plan, prod: Plan) -> None:
    assert not dev.named("aws_vpc_endpoint", "interface")
    assert prod.named("aws_vpc_endpoint", "interface").keys() == {"sns", "sqs"}


def test_the_functions_take_no_connection_and_make_only_https_ones(dev: Plan) -> None:
    functions = dev.of("aws_security_group")["functions"]["id"]
    egress = dev.of("aws_vpc_security_group_egress_rule").values()

    assert {(rule["security_group_id"], rule["from_port"], rule["to_port"]) for rule in egress} == {
        (functions, 443, 443)
    }
    assert functions not in {
        rule["security_group_id"] for rule in dev.of("aws_vpc_security_group_ingress_rule").values()
    }
