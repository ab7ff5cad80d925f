"""The VPC: two zones, both address families, nothing comes in."""

from ipaddress import ip_network

from tests.unit.terraform.plan import Plan


def test_there_are_public_and_private_subnets_in_two_zones_that_do_not_overlap(networked: Plan) -> None:
    public, private = networked.named("aws_subnet", "public"), networked.named("aws_subnet", "private")
    networks = [ip_network(subnet["cidr_block"]) for subnet in (*public.values(), *private.values())]

    assert len(public) == 2
    assert public.keys() == private.keys()
    assert not any(a.overlaps(b) for n, a in enumerate(networks) for b in networks[n + 1 :])
    assert all(subnet["ipv6_cidr_block"] for subnet in (*public.values(), *private.values()))
    assert networked.one("aws_vpc")["assign_generated_ipv6_cidr_block"]


def test_one_nat_gateway_serves_all_zones_and_in_production_each_has_its_own(
    networked: Plan, prod: Plan
) -> None:
    assert len(networked.of("aws_nat_gateway")) == 1
    assert prod.of("aws_nat_gateway").keys() == prod.named("aws_subnet", "private").keys()


def test_each_zone_of_production_leaves_by_its_own_nat_gateway(prod: Plan) -> None:
    gateways = {zone: gateway["id"] for zone, gateway in prod.of("aws_nat_gateway").items()}

    assert {
        zone: route["nat_gateway_id"] for zone, route in prod.named("aws_route", "private").items()
    } == gateways


def test_ipv6_leaves_but_does_not_enter(networked: Plan) -> None:
    for route in networked.named("aws_route", "private_ipv6").values():
        assert route["destination_ipv6_cidr_block"] == "::/0"
        assert route["egress_only_gateway_id"]


def test_dynamodb_is_reached_by_its_gateway_endpoint_from_every_private_subnet(networked: Plan) -> None:
    endpoint = networked.of("aws_vpc_endpoint")["dynamodb"]

    assert endpoint["vpc_endpoint_type"] == "Gateway"
    assert set(endpoint["route_table_ids"]) == {
        table["id"] for table in networked.named("aws_route_table", "private").values()
    }


def test_production_reaches_sns_and_sqs_by_interface_endpoints(networked: Plan, prod: Plan) -> None:
    assert not networked.named("aws_vpc_endpoint", "interface")
    assert prod.named("aws_vpc_endpoint", "interface").keys() == {"sns", "sqs"}


def test_the_functions_take_no_connection_and_make_only_https_ones(networked: Plan) -> None:
    functions = networked.of("aws_security_group")["functions"]["id"]
    egress = networked.of("aws_vpc_security_group_egress_rule").values()

    assert {(rule["security_group_id"], rule["from_port"], rule["to_port"]) for rule in egress} == {
        (functions, 443, 443)
    }
    assert functions not in {
        rule["security_group_id"] for rule in networked.of("aws_vpc_security_group_ingress_rule").values()
    }


def test_development_runs_without_a_network_that_costs_while_nobody_chats(dev: Plan) -> None:
    assert not dev.of("aws_vpc")
    assert not dev.of("aws_nat_gateway")
    assert not dev.of("aws_eip")
