"""Requests for who may do what, and for keys: IAM, KMS and Cognito."""

from __future__ import annotations

from functools import partial

from tests.rehearsal.requests.made import Client, Made
from tests.unit.terraform.plan import Values


def role(client: Client, values: Values) -> Made:
    iam, name = client("iam"), values["name"]
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=values["assume_role_policy"],
        MaxSessionDuration=values["max_session_duration"] or 3600,
    )
    return Made({"arn": made["Role"]["Arn"]}, partial(iam.delete_role, RoleName=name))


def role_policy(client: Client, values: Values) -> Made:
    iam, name, role = client("iam"), values["name"], values["role"]
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=values["policy"])
    return Made(delete=partial(iam.delete_role_policy, RoleName=role, PolicyName=name))


def attachment(client: Client, values: Values) -> Made:
    iam, names = client("iam"), {"RoleName": values["role"], "PolicyArn": values["policy_arn"]}
    iam.attach_role_policy(**names)
    return Made(delete=partial(iam.detach_role_policy, **names))


def policy(client: Client, values: Values) -> Made:
    iam = client("iam")
    arn = iam.create_policy(PolicyName=values["name"], PolicyDocument=values["policy"])["Policy"]["Arn"]
    return Made({"arn": arn}, partial(iam.delete_policy, PolicyArn=arn))


def openid_provider(client: Client, values: Values) -> Made:
    iam = client("iam")
    made = iam.create_open_id_connect_provider(
        Url=values["url"], ClientIDList=values["client_id_list"], ThumbprintList=["0" * 40]
    )
    arn = made["OpenIDConnectProviderArn"]
    return Made({"arn": arn}, partial(iam.delete_open_id_connect_provider, OpenIDConnectProviderArn=arn))


def key(client: Client, values: Values) -> Made:
    kms = client("kms")
    made = kms.create_key(Description=values["description"], Policy=values["policy"])["KeyMetadata"]
    kms.enable_key_rotation(KeyId=made["KeyId"])
    schedule = partial(
        kms.schedule_key_deletion, KeyId=made["KeyId"], PendingWindowInDays=values["deletion_window_in_days"]
    )
    return Made({"id": made["KeyId"], "key_id": made["KeyId"], "arn": made["Arn"]}, schedule)


def key_alias(client: Client, values: Values) -> Made:
    kms = client("kms")
    kms.create_alias(AliasName=values["name"], TargetKeyId=values["target_key_id"])
    return Made(delete=partial(kms.delete_alias, AliasName=values["name"]))


def user_pool(client: Client, values: Values) -> Made:
    cognito = client("cognito-idp")
    made = cognito.create_user_pool(
        PoolName=values["name"],
        UserPoolTier=values["user_pool_tier"],
        DeletionProtection=values["deletion_protection"],
        AliasAttributes=values["alias_attributes"],
        AutoVerifiedAttributes=values["auto_verified_attributes"],
        UsernameConfiguration={"CaseSensitive": False},
        Schema=[
            {
                "Name": each["name"],
                "AttributeDataType": each["attribute_data_type"],
                "Required": each["required"],
                "Mutable": each["mutable"],
            }
            for each in values["schema"]
        ],
    )["UserPool"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=made["Id"],
        MfaConfiguration=values["mfa_configuration"],
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    return Made(
        {"id": made["Id"], "arn": made["Arn"]}, partial(cognito.delete_user_pool, UserPoolId=made["Id"])
    )


def user_pool_client(client: Client, values: Values) -> Made:
    cognito = client("cognito-idp")
    (units,) = values["token_validity_units"]
    made = cognito.create_user_pool_client(
        UserPoolId=values["user_pool_id"],
        ClientName=values["name"],
        GenerateSecret=values["generate_secret"],
        ExplicitAuthFlows=values["explicit_auth_flows"],
        PreventUserExistenceErrors=values["prevent_user_existence_errors"],
        EnableTokenRevocation=values["enable_token_revocation"],
        IdTokenValidity=values["id_token_validity"],
        AccessTokenValidity=values["access_token_validity"],
        RefreshTokenValidity=values["refresh_token_validity"],
        TokenValidityUnits={
            "IdToken": units["id_token"],
            "AccessToken": units["access_token"],
            "RefreshToken": units["refresh_token"],
        },
    )["UserPoolClient"]
    ids = {"UserPoolId": values["user_pool_id"], "ClientId": made["ClientId"]}
    return Made({"id": made["ClientId"]}, partial(cognito.delete_user_pool_client, **ids))
