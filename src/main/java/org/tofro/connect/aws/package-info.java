/**
 * What AWS keeps secret for a connection, asked for where it is needed: texts of Secrets Manager and of SSM's Parameter
 * Store, and tokens of IAM for databases of RDS. Credentials are those of AWS's own chain.
 *
 * <p>May depend on {@code settings}, {@code problem} and what {@code jdbc} knows of networks. Start reading at {@link org.tofro.connect.aws.AwsSecretStores}.
 */
@NullMarked
package org.tofro.connect.aws;

import org.jspecify.annotations.NullMarked;
